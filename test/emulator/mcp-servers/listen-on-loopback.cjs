/** Preloaded into servers that would listen on every address of the machine and have no option for it. */
const net = require('node:net');

const listen = net.Server.prototype.listen;
net.Server.prototype.listen = function listenOnLoopback(port, ...rest) {
  const withoutHost = rest.filter((each) => typeof each !== 'string');
  return typeof port === 'number' || typeof port === 'string'
    ? listen.call(this, Number(port), '127.0.0.1', ...withoutHost)
    : listen.call(this, port, ...rest);
};
