export { type ModelScript, readScript } from './model-script';
export { type ReceivedModelRequest, StandInModel } from './stand-in-model';
