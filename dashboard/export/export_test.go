package export

// ManifestHead is the first line of a manifest, which makes a directory an export's.
const ManifestHead = manifestHead
