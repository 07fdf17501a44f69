/** The agent of the tests. */
export const AGENT_ID = 'Support-0a1b2c3d';
