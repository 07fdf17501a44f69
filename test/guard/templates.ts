import { App } from 'aws-cdk-lib';
import { GUARDED_APPS, type GuardedApp } from './apps';

/** An app as it is made, before its synthesis. */
export function guardedApp(name: GuardedApp): App {
  const app = new App({ analyticsReporting: false, builtinCloudFormationValidation: false });
  GUARDED_APPS[name](app);
  return app;
}

/** The templates of an app as they would be deployed. */
export function templatesOf(name: GuardedApp): object[] {
  return guardedApp(name)
    .synth()
    .stacks.map(({ template }) => template as object);
}
