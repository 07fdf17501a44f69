import type { App } from 'aws-cdk-lib';

/** What an app's plugins find in its synthesis, as CDK prints it; empty: nothing. */
export function findingsAtSynth(app: App): string {
  const error = jest.spyOn(console, 'error').mockImplementation(() => {});
  process.env.CDK_VALIDATION = 'true';
  try {
    app.synth();
    return '';
  } catch (failure) {
    return `${(failure as Error).message}\n${error.mock.calls.flat().join('\n')}`;
  } finally {
    process.env.CDK_VALIDATION = 'false';
    error.mockRestore();
  }
}
