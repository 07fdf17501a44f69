import { setFlagsFromString } from 'node:v8';

// V8 of Node 20 and 22 ends the process when it deoptimizes code that calls WebAssembly inline ("unreachable code" in
// Deoptimizer::DoComputeBuiltinContinuation). It was seen after about ten thousand decisions of Cedar. NODE_OPTIONS doesn't
// accept the flag. It must be set before code is optimized, so this file is imported before Cedar.
setFlagsFromString('--no-turbo-inline-js-wasm-calls');
