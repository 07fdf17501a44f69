/**
 * Preloaded into Lambda workers of the emulator (NODE_OPTIONS=--require): the emulator has no DNS, so the host names in
 * RESOLVE_TO_LOOPBACK (comma-separated) resolve to 127.0.0.1. Everything else resolves as it does anyway.
 */
const dns = require('node:dns');

const hosts = new Set((process.env.RESOLVE_TO_LOOPBACK ?? '').split(',').filter(Boolean));
const loopback = { address: '127.0.0.1', family: 4 };

function isRedirected(hostname) {
  return hosts.has(String(hostname).toLowerCase().replace(/\.$/, ''));
}

const lookup = dns.lookup;
dns.lookup = function lookupOrLoopback(hostname, options, callback) {
  const done = typeof options === 'function' ? options : callback;
  if (!isRedirected(hostname)) {
    return lookup.call(dns, hostname, options, callback);
  }
  if (typeof options === 'object' && options?.all) {
    process.nextTick(done, null, [loopback]);
  } else {
    process.nextTick(done, null, loopback.address, loopback.family);
  }
  return {};
};

const lookupPromise = dns.promises.lookup;
dns.promises.lookup = async function lookupOrLoopback(hostname, options) {
  if (!isRedirected(hostname)) {
    return lookupPromise.call(dns.promises, hostname, options);
  }
  return options?.all ? [loopback] : loopback;
};
