/**
 * Refuses to test on a Node older than the one Gracegate is built for. `node` is a dev dependency, so every npm
 * script runs on Node 24 whatever the machine has; `npm ci --ignore-scripts` leaves its binary out without a word.
 */
export default function requireNode(): void {
  const major = Number(process.versions.node.split('.')[0]);
  if (major < 24) {
    throw new Error(
      `Gracegate is tested on Node 24 or newer and this is ${process.version}: run "npm ci" with install scripts enabled`,
    );
  }
}
