import type { Emulator } from '../../../test/emulator/runner';

/** The address of an API in the emulator. */
export function localUrl(emulator: Emulator, url: string): string {
  const [, api, stage] = /^https:\/\/([a-z0-9]+)\.[^/]+\/([^/]+)\/?$/.exec(url) ?? [];
  if (!api || !stage) throw new Error(`${url} is not the address of a REST API's stage.`);
  return emulator.apiUrl(api, stage);
}
