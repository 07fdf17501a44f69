/** Checks Amazon States Language; `asl-validator` comes without types. */
export const validateAsl: (definition: unknown) => { isValid: boolean; errors: unknown[] } = require('asl-validator');
