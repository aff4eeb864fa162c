// Repairs manifests as they are resolved: the Node builds name their platform as a word where pnpm expects a list, and
// without this every machine would fetch the Node of all the others.
module.exports = {
  hooks: {
    readPackage(manifest) {
      if (typeof manifest.os === "string") manifest.os = [manifest.os];
      if (typeof manifest.cpu === "string") manifest.cpu = [manifest.cpu];
      return manifest;
    },
  },
};
