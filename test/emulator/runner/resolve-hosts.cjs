/**
 * Preloaded into Lambda workers of the emulator (NODE_OPTIONS=--require): the emulator has no DNS, so the host names in
 * RESOLVE_TO_LOOPBACK (comma-separated) resolve to STAND_IN, and a socket to STAND_IN reaches 127.0.0.1. An executor refuses names
 * that resolve to 127.0.0.1, so this plays an address on the internet. Everything else resolves as it does anyway.
 */
const dns = require('node:dns');
const net = require('node:net');

const hosts = new Set((process.env.RESOLVE_TO_LOOPBACK ?? '').split(',').filter(Boolean));
/** A globally reachable address at which nothing listens. Source: RFC 7535 (192.31.196.0/24, AS112). */
const STAND_IN = '192.31.196.1';
const standIn = { address: STAND_IN, family: 4 };

function isRedirected(hostname) {
  return hosts.has(String(hostname).toLowerCase().replace(/\.$/, ''));
}

const lookup = dns.lookup;
dns.lookup = function lookupOrStandIn(hostname, options, callback) {
  const done = typeof options === 'function' ? options : callback;
  if (!isRedirected(hostname)) {
    return lookup.call(dns, hostname, options, callback);
  }
  if (typeof options === 'object' && options?.all) {
    process.nextTick(done, null, [standIn]);
  } else {
    process.nextTick(done, null, STAND_IN, 4);
  }
  return {};
};

const lookupPromise = dns.promises.lookup;
dns.promises.lookup = async function lookupOrStandIn(hostname, options) {
  if (!isRedirected(hostname)) {
    return lookupPromise.call(dns.promises, hostname, options);
  }
  return options?.all ? [standIn] : standIn;
};

const there = (address) => (address === STAND_IN ? '127.0.0.1' : address);

/** The last step before a connection: whoever checks addresses has seen STAND_IN by then. */
function toLoopback(find) {
  return (hostname, options, done) =>
    find(hostname, options, (error, found, family) => {
      if (Array.isArray(found)) {
        return done(
          error,
          found.map((each) => ({ ...each, address: there(each.address) })),
        );
      }
      return done(error, there(found), family);
    });
}

const connect = net.Socket.prototype.connect;
net.Socket.prototype.connect = function connectOrLoopback(...args) {
  // net.connect and tls.connect pass an array of [options, callback].
  const first = Array.isArray(args[0]) ? args[0][0] : args[0];
  if (typeof first === 'object' && first !== null && isRedirected(first.host)) {
    first.lookup = toLoopback(first.lookup ?? dns.lookup);
  }
  return connect.apply(this, args);
};
