/** The variables in which the desk's functions have the roles of people who decide. */
export const APPROVER_VARIABLES: readonly string[] = ['APPROVER_ROLE_NAME', 'APPROVER_GROUP_ROLES'];
