import { App } from 'aws-cdk-lib';
import { GUARDED_APPS } from './guard/apps';
const app = new App({ outdir: '/tmp/pl-plat', analyticsReporting: false });
GUARDED_APPS[(process.argv[2] ?? 'platform') as 'platform'](app);
app.synth();
