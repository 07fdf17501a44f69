/** A value in a template's text, as far as places are asked for. Short tags have their long form: `!If` is a member `Fn::If`. */
export interface PlacedNode {
  /** Absent when it isn't an object. */
  readonly members?: ReadonlyMap<string, PlacedMember>;
  /** Absent when it isn't a list. */
  readonly items?: readonly PlacedMember[];
}

/** A member of an object, or an item of a list. */
export interface PlacedMember {
  /** Offset in the text: of a member's key, or of an item. */
  readonly offset: number;
  readonly node: PlacedNode;
}

/** What has neither members nor items. */
export const LEAF: PlacedNode = {};
