import type { Finding, Pillar, Severity } from '../../../lib/checks/rule';
import type { Hole, Place } from '.';

const ORDER: readonly Severity[] = ['warning', 'error', 'fatal'];

/** Whether a finding is about the hole: a place of it, a pillar of it, and no less severe than the hole is. README.md tells why. */
export function isAbout(hole: Hole, finding: Finding, main: string, pillar: Pillar | undefined): boolean {
  if (pillar === undefined || !hole.pillars.includes(pillar)) return false;
  if (ORDER.indexOf(finding.severity) < ORDER.indexOf(hole.least ?? 'error')) return false;
  return hole.places.some((place) => isAt(place, finding, main));
}

/** The finding names the place's property, a part of it, or one that contains it. A finding on the whole resource names none. */
function isAt(place: Place, finding: Finding, main: string): boolean {
  if (finding.template !== (place.template ?? main) || finding.resource !== place.resource) return false;
  const named = segmentsOf(finding.property);
  const wanted = segmentsOf(place.property);
  const shared = Math.min(named.length, wanted.length);
  return shared >= Math.min(2, wanted.length) && wanted.slice(0, shared).every((part, i) => part === named[i]);
}

function segmentsOf(property: string): string[] {
  return property.split(/[.[\]]+/).filter((part) => part !== '');
}
