import type { JsonValue } from '../../../runtime/core/contracts';
import { approvalDigest, saltedHash, sha256Hex } from '../../../runtime/core/digest';
import { canonicalize } from '../../../runtime/core/json/canonicalize';
import { fc } from '../../seed';

const anyJson = fc.jsonValue({ noUnicodeString: false }).filter((value) => {
  try {
    canonicalize(value as JsonValue);
    return true;
  } catch {
    return false;
  }
}) as fc.Arbitrary<JsonValue>;

test('the digest of an approval is the hash of the canonical text of all its parts', () => {
  const text = fc.string();
  fc.assert(
    fc.property(anyJson, text, fc.option(text, { nil: undefined }), (args, tool, credentialName) => {
      const parts = { tool, schemaHash: '1'.repeat(64), sessionId: 's', policyVersion: '2'.repeat(64) };
      expect(approvalDigest({ ...parts, credentialName, canonicalArgs: canonicalize(args) })).toBe(
        sha256Hex(
          `hardened-agent/approval/v1\n${canonicalize({ ...parts, credentialName: credentialName ?? null, args })}`,
        ),
      );
    }),
  );
});

test('hashes as `sha256sum` does', () => {
  expect(sha256Hex('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  expect(sha256Hex('é')).toBe(sha256Hex(Buffer.from('é')));
  // The bytes 00 … 00 and "abc".
  expect(saltedHash('0'.repeat(32), 'abc')).toBe(sha256Hex(Buffer.from(`${'\0'.repeat(16)}abc`)));
});
