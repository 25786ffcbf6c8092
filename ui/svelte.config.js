export default {
  compilerOptions: {
    runes: true,
    discloseVersion: false,
    // A scope's name stands in every template of its component; a short one is enough to tell sixty of them apart.
    cssHash: ({ hash, filename, css }) => `s${hash(`${filename} ${css}`).slice(-4)}`,
  },
};
