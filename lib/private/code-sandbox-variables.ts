/** The variable that marks a function as one that runs code of a model. @internal */
export const CODE_SANDBOX_MARK = 'CODE_SANDBOX';

/** The variable of the executor that names that function. @internal */
export const CODE_SANDBOX_ARN = 'CODE_SANDBOX_ARN';

/** All variables that such a function may have. @internal */
export const CODE_SANDBOX_VARIABLES: readonly string[] = [CODE_SANDBOX_MARK, 'LANGUAGES'];
