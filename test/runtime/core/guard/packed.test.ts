import { brotliCompressSync, constants, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { guardOutput } from '../../../../runtime/core/output-guard';

const secret = 'Zq7Lm2Xw9Rt4Bv6Nk8Pj3Hs5';
const text = `the credential is ${secret}, keep it`;
const finds = (data: string) =>
  expect(guardOutput({ content: JSON.stringify({ id: 1, data }), secrets: [secret], maxBytes: 2 ** 20 }).ok).toBe(
    false,
  );

function changed(bytes: Buffer, at: number): Buffer {
  const copy = Buffer.from(bytes);
  copy.writeUInt8((copy.at(at) ?? 0) ^ 0x55, copy.length + at);
  return copy;
}

/** A member of a ZIP file, with what follows it. */
function zipped(content: string, method: 0 | 8): Buffer {
  const data = method === 8 ? deflateRawSync(content) : Buffer.from(content);
  const head = Buffer.alloc(30);
  head.writeUInt32LE(0x04034b50, 0);
  head.writeUInt16LE(method, 8);
  head.writeUInt32LE(data.length, 18);
  head.writeUInt16LE(5, 26);
  return Buffer.concat([head, Buffer.from('a.txt'), data, Buffer.from('PK\x01\x02')]);
}

const zipPlain = gzipSync(text);
describe('a credential in packed data is found', () => {
  test.each<[string, Buffer]>([
    ['gzip with a wrong checksum', changed(zipPlain, -6)],
    ['gzip with other bytes after it', Buffer.concat([zipPlain, Buffer.from('more at the end')])],
    ['zlib with a wrong checksum', changed(deflateSync(text), -1)],
    ...[9, 11, 13].map((windowBits): [string, Buffer] => [
      `zlib with a window of ${windowBits} bits`,
      deflateSync(text, { windowBits }),
    ]),
    ['zlib that stores', deflateSync(text, { level: 0 })],
    ['raw deflate', deflateRawSync(text)],
    ['raw deflate that stores', deflateRawSync(text, { level: 0 })],
    ['raw deflate without repetitions', deflateRawSync(text, { strategy: constants.Z_HUFFMAN_ONLY })],
    ['raw deflate without a last block', deflateRawSync(text, { finishFlush: constants.Z_SYNC_FLUSH })],
    ...[10, 14, 16, 17, 18, 20, 24].flatMap((window) =>
      [1, 5, 11].map((quality): [string, Buffer] => [
        `Brotli with a window of ${window} bits and quality ${quality}`,
        brotliCompressSync(text, {
          params: { [constants.BROTLI_PARAM_LGWIN]: window, [constants.BROTLI_PARAM_QUALITY]: quality },
        }),
      ]),
    ),
    ['a ZIP file', zipped(text, 8)],
    ['the second member of a ZIP file', Buffer.concat([zipped('nothing to see here', 8), zipped(text, 8)])],
    ['a ZIP file that stores', zipped(text, 0)],
  ])('%s', (_, bytes) => {
    finds(bytes.toString('base64'));
    finds(bytes.toString('hex'));
  });
});

describe('a credential is found in encoded data that doesn’t begin as text', () => {
  const binary = Buffer.from([0, 255, 1, 254, 128, 7, 200, 201, 202]);
  test.each<[string, Buffer]>([
    ['after letters of another script', Buffer.from(`ключ доступа: ${secret}`)],
    ['between other bytes', Buffer.concat([binary, Buffer.from(secret), binary])],
    ['after one byte more', Buffer.concat([binary, Buffer.from([0x80]), Buffer.from(secret), binary])],
    ['in base64 itself', Buffer.concat([binary, Buffer.from(Buffer.from(`--${secret}`).toString('base64'))])],
    ['in UTF-16 with its mark', Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, 'utf16le')])],
    ['in UTF-16, high bytes first', Buffer.concat([Buffer.from([0xfe, 0xff]), Buffer.from(text, 'utf16le').swap16()])],
    ['with zero-width characters', Buffer.from([...secret].join('\u200b'))],
    ['in full-width letters', Buffer.from(secret.replace(/./g, (c) => String.fromCharCode(c.charCodeAt(0) + 0xfee0)))],
  ])('%s', (_, bytes) => {
    finds(bytes.toString('base64'));
    finds(bytes.toString('base64url'));
    finds(bytes.toString('hex'));
  });
});
