/** What a log line says. Never an argument's value, a result or a secret. */
export type LogRecord = Readonly<Record<string, unknown>>;

/** Writes lines of JSON to a function's log, each with the name of its part of the runtime. */
export function logAs(service: string): (record: LogRecord) => void {
  return (record) => console.log(JSON.stringify({ level: 'INFO', service, ...record }));
}

/** The same for a failure that a person must look at. */
export function logErrorAs(service: string): (record: LogRecord) => void {
  return (record) => console.error(JSON.stringify({ level: 'ERROR', service, ...record }));
}
