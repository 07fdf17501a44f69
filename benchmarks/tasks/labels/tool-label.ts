import type { EffectName, Trust } from '../../../runtime/core/contracts';

/** What a value is, and so how it is compared with what the task names. `exact`: the whole value, as one string. */
export type ValueKind = 'url' | 'email' | 'account' | 'person' | 'path' | 'id' | 'exact';

/** A place in arguments or in a result, and what stands there. */
export interface Place {
  /** JSON pointer; `*` stands for each element of a list. */
  readonly at: string;
  readonly kind: ValueKind;
}

/** An argument that says whom or what an effect reaches. */
export interface TargetLabel extends Place {
  /** Lists of the domain's directory that a value may come from, whatever the task says. */
  readonly directory?: readonly string[];
  /** What the user's own address means here. @default 'unknown' */
  readonly own?: 'trusted' | 'unknown';
  /** What the call reaches if the argument is left out: a receiver that nobody chose, or one that follows from the other targets. @default 'unknown' */
  readonly whenAbsent?: 'unknown' | 'constant';
}

/** How much of a tool's effect may happen without a person. */
export interface LimitLabel {
  readonly per: 'session' | 'user' | 'target';
  readonly window: 'session' | 'day';
  /** Calls, or the sum of an argument. */
  readonly most: number;
  /** JSON pointer of the argument that is summed up; without it, calls are counted. */
  readonly sumOf?: string;
}

/** What a deployment declares about one tool, in addition to its schema. */
export interface ToolLabel {
  readonly effect: EffectName;
  /** Whether its results may hold what outsiders wrote. @default 'untrusted' */
  readonly trust?: Trust;
  readonly targets?: readonly TargetLabel[];
  /** Arguments with free text that other people will read. */
  readonly texts?: readonly string[];
  /** Of a read: the arguments that choose what is read. */
  readonly keys?: readonly Place[];
  /** Of a read: fields of its result that may serve as targets, if its keys came from the task. */
  readonly ids?: readonly Place[];
  readonly limits?: readonly LimitLabel[];
}
