import { UNUSED_ACKNOWLEDGEMENT } from '../../lib/checks/check-assembly';
import { RULES } from '../../lib/checks/rules';
import { nearestName } from '../../lib/private/props/nearest-name';
import { commandHint } from '../command-line/command-hint';
import type { OptionDefinition } from '../command-line/option';
import { UsageError } from '../command-line/usage-error';

/** Every id that a finding can have, without its detail. */
const IDS: readonly string[] = [...RULES.map(({ id }) => id), UNUSED_ACKNOWLEDGEMENT];

/** An option with ids of rules. It may be given several times, and with several ids. */
export function ruleIds(description: string): OptionDefinition<readonly string[]> {
  return {
    valueName: 'ID',
    description,
    read: (texts, option) =>
      texts
        .flatMap((text) => text.split(','))
        .map((text) => text.trim())
        .map((id) => knownId(id, option)),
  };
}

/** @throws UsageError that names the rule that was probably meant */
export function knownId(given: string, from: string): string {
  const withoutPack = given.replace(/^HardenedAgentChecks::/, '');
  const found = IDS.find((id) => id.toLowerCase() === withoutPack.toLowerCase());
  if (found !== undefined) return found;
  const meant = nearestId(withoutPack.replace(/\[.*$/s, ''));
  throw new UsageError(
    `${from}: there is no rule "${given}".${meant === undefined ? '' : ` Did you mean ${meant}?`} List all: ${commandHint('explain')}`,
  );
}

/** Also the only id that contains what was given: `NoRouteOut`. */
function nearestId(given: string): string | undefined {
  const containing = given.length < 4 ? [] : IDS.filter((id) => id.toLowerCase().includes(given.toLowerCase()));
  return containing.length === 1 ? containing[0] : nearestName(given, IDS);
}
