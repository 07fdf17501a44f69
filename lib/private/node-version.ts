/** As in `engines` of package.json. */
const LOWEST = 22;

// Imported first: an older Node fails later, with an error that doesn't say why.
if (Number(process.versions.node.split('.')[0]) < LOWEST) {
  throw new Error(
    `cdk-hardened-agent needs Node ${LOWEST} or later, and this is Node ${process.versions.node}. Install it, for example with npm install --save-dev node@22.`,
  );
}

export {};
