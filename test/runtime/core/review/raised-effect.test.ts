import { EFFECTS, type JsonValue } from '../../../../runtime/core/contracts';
import { raisedEffect } from '../../../../runtime/core/review/raised-effect';
import { fc } from '../../../seed';

describe('the effect of an imported tool', () => {
  test.each<[(typeof EFFECTS)[number] | undefined, JsonValue | undefined, (typeof EFFECTS)[number]]>([
    [undefined, undefined, 'destructive'],
    [undefined, { readOnlyHint: true }, 'destructive'],
    ['read', undefined, 'read'],
    ['read', {}, 'read'],
    ['read', { readOnlyHint: true, openWorldHint: true }, 'read'],
    ['read', { readOnlyHint: false }, 'write'],
    ['read', { openWorldHint: true }, 'outbound'],
    ['read', { destructiveHint: true }, 'destructive'],
    ['read', { readOnlyHint: true, destructiveHint: true }, 'destructive'],
    ['read', { readOnlyHint: 'yes' }, 'destructive'],
    ['read', { title: 'Reads' }, 'read'],
    ['read', 'reads only', 'destructive'],
    ['read', null, 'read'],
    ['write', { destructiveHint: false }, 'write'],
    ['outbound', { readOnlyHint: true }, 'outbound'],
    ['destructive', { readOnlyHint: true, destructiveHint: false, openWorldHint: false }, 'destructive'],
  ])('declared as %s, with the hints %j, it is %s', (declared, annotations, effect) => {
    expect(raisedEffect(declared, annotations)).toBe(effect);
  });

  test('no hint of a server ever lowers what a person declared', () => {
    fc.assert(
      fc.property(fc.constantFrom(...EFFECTS), fc.jsonValue(), (declared, annotations) => {
        const raised = raisedEffect(declared, annotations as JsonValue);
        return EFFECTS.indexOf(raised) >= EFFECTS.indexOf(declared);
      }),
    );
  });
});
