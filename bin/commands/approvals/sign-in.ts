import { keepToken } from '../../approval-desk/kept-token';
import { deskAddress, WEB_DESK_OPTION } from '../../approval-desk/open-desk';
import { signIn } from '../../approval-desk/sign-in';
import { commandHint } from '../../command-line/command-hint';
import { defineCommand } from '../../command-line/define-command';
import { UsageError } from '../../command-line/usage-error';

export const signInCommand = defineCommand({
  description: `Signs you in at a web desk with your browser, for the commands "hardened-agent approvals …". The token is kept in a file that
only you can read, until it expires. Without a browser on this machine, set HARDENED_AGENT_TOKEN to an ID token of the desk's client for
the command line.`,
  options: { deskUrl: WEB_DESK_OPTION },
  examples: ['hardened-agent approvals sign-in --desk-url https://a1b2c3.execute-api.eu-west-1.amazonaws.com/desk'],
  exitCodes: { 0: 'you are signed in', 1: 'nobody signed in, or the desk takes no tokens of the command line' },
  permissions: [],
  run: async ({ options: { deskUrl }, io }) => {
    const address = deskAddress(deskUrl);
    if (address === undefined) {
      throw new UsageError('Give the address of the web desk with --desk-url, or set HARDENED_AGENT_WEB_DESK_URL.');
    }
    try {
      const token = await signIn(address, (url) => {
        io.out('Open this address in a browser of this machine, and sign in:');
        io.out(url);
      });
      const file = keepToken(address, token, io.env);
      io.out(`You are signed in until ${new Date(token.expiresAt * 1000).toISOString()}. The token is in ${file}`);
      io.out(`What waits: ${commandHint('approvals', 'list', '--desk-url', address)}`);
      return 0;
    } catch (error) {
      io.err((error as Error).message);
      return 1;
    }
  },
});
