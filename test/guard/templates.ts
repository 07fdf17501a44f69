import { App } from 'aws-cdk-lib';
import { GUARDED_APPS, type GuardedApp } from './apps';

/** The templates of an app as they would be deployed. */
export function templatesOf(name: GuardedApp): object[] {
  const app = new App({ analyticsReporting: false, builtinCloudFormationValidation: false });
  GUARDED_APPS[name](app);
  return app.synth().stacks.map(({ template }) => template as object);
}
