/** Why each stand-in was refused. */
const REFUSALS = new WeakMap<object, Error>();

/** What JavaScript, jsii and JSON ask every object for. */
const ASKED_OF_ALL = new Set<string | symbol>(['constructor', 'then', 'toJSON']);

/** Why an object is a stand-in; undefined where it is a real one. @internal */
export function refusalOf(value: object): Error | undefined {
  return REFUSALS.get(value);
}

/**
 * Where a stand-in was made, as the cause of the error that refuses it. It doesn't repeat the message, which that error
 * prints already.
 * @internal
 */
export function placeOf(refusal: Error): Error {
  const place = new Error('The value was made here.');
  const frames = refusal.stack?.split('\n').filter((line) => /^\s+at /.test(line)) ?? [];
  place.stack = [`Error: ${place.message}`, ...frames].join('\n');
  return place;
}

/** An object of a class that throws an error at every use. @internal */
export function standIn<T extends object>(made: { readonly prototype: T }, refusal: Error): T {
  const refused = new Proxy<T>(Object.create(made.prototype), {
    get(target, name, receiver) {
      if (typeof name === 'symbol' || ASKED_OF_ALL.has(name)) return Reflect.get(target, name, receiver);
      throw refusal;
    },
  });
  REFUSALS.set(refused, refusal);
  return refused;
}
