// Stops below Node 22 with one line: imported before anything else. `npm run` takes the Node that `npm ci` installed, so this
// speaks where that is missing (`npm ci --ignore-scripts`), or where a script is started without npm.
if (Number(process.versions.node.split('.')[0]) < 22) {
  process.stderr.write(
    `This needs Node 22 or later, and this is Node ${process.versions.node}. Run \`npm ci\`, which installs it, and \`npm run\`.\n`,
  );
  process.exit(2);
}
