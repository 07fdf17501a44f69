import { ROUTES_TRUSTED } from '../../../private/lowered-guard';
import { loweredGuardsOf } from '../../facts/lowered-guards';
import type { Rule } from '../../rule';

/** A guard that a prop takes away is taken away openly: with a reason, in the deployed template. */
export const guardLowered: Rule = {
  id: 'NetworkGuardLowered',
  pillar: 'network',
  severity: 'error',
  holds:
    "Nothing that the network's isolation needs is left to a VPC that somebody else made, unless a reason is given.",
  source:
    'AWS Well-Architected Framework, SEC05-BP01 "Create network layers"; NIST SP 800-53 SC-7(5), CA-3 (agreements on interconnections)',
  fix: 'Let IsolatedNetwork make the VPC; or acknowledge this on it, with who keeps those routes closed or that resolver filtered.',
  *check(assembly) {
    for (const { resource, guard, subnets } of loweredGuardsOf(assembly)) {
      const message =
        guard === ROUTES_TRUSTED
          ? `the routes of ${subnets.length === 0 ? 'this VPC' : subnets.join(', ')} were made elsewhere and are trusted: this network vouches for none`
          : 'the resolver of this VPC answers every name as far as this template shows: data can leave as names';
      yield { resource, property: 'Metadata', message, detail: guard };
    }
  },
};
