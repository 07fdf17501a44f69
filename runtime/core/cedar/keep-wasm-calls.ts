import { setFlagsFromString } from 'node:v8';

// V8 of Node 20 and 22 ends the process where it throws away optimized code that calls WebAssembly inline ("unreachable
// code" in Deoptimizer::DoComputeBuiltinContinuation): seen after some ten thousand decisions of Cedar. NODE_OPTIONS takes
// no such flag. It must be set before code is optimized, so this is imported before Cedar.
setFlagsFromString('--no-turbo-inline-js-wasm-calls');
