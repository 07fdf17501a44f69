import { chosenBy } from '../../checks/judge/offences';
import { anything, judgeOf, type Shape, type Subject } from './shape';

/** What differs from a shape: `MaxSessionDuration is 43200, not …`. Each property is read only where its value is judged. */
export function faultsOfShape(subject: Subject, shape: Shape): string[] {
  const { resource } = subject;
  const given = Object.keys(resource.properties);
  const faults = [...new Set([...given, ...Object.keys(shape)])].flatMap((property) => {
    const judge = judgeOf(shape, property);
    if (judge === anything) return [];
    return resource.property(property).flatMap(({ value, assuming }) => {
      const fault = judge(value, subject);
      if (fault !== undefined) return [`${property} ${fault}`];
      const chosen = chosenBy(assuming);
      return chosen === undefined || value === undefined ? [] : [`${property} ${chosen}`];
    });
  });
  return [...new Set(faults)];
}
