/**
 * The member with which the YAML parser marks an unquoted scalar that YAML parsers read differently: `{[UNQUOTED]: '010'}`. Its
 * value is unknown.
 */
export const UNQUOTED = 'Fn::Unquoted';
