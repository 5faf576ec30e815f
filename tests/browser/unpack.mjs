// Unpacks the browser, its libraries and its fonts: `node unpack.mjs PACKAGE FOLDER`.
import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { brotliDecompressSync } from "node:zlib";

const [bin, folder] = [join(process.argv[2], "bin"), process.argv[3]];
const unpacked = (name) => brotliDecompressSync(readFileSync(join(bin, name)));
mkdirSync(folder, { recursive: true });
writeFileSync(join(folder, "chromium"), unpacked("chromium.br"));
chmodSync(join(folder, "chromium"), 0o755);
for (const archive of ["al2023.tar.br", "fonts.tar.br"]) {
  execFileSync("tar", ["-x", "-C", folder], { input: unpacked(archive) });
}
// Its own names folders of Lambda.
const fonts = `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>${resolve(folder)}/fonts</dir><cachedir>${resolve(folder)}/fonts-cache</cachedir></fontconfig>
`;
writeFileSync(join(folder, "fonts.conf"), fonts);
