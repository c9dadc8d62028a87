// Writes static/vendor and static/icons from the packages in package-lock.json, byte for byte the same on every machine.
// `node tools/vendor.mjs [folder]`: the folder stands for static/ (a test builds into another one and compares).
import zopfli from "@gfx/zopfli";
import { build } from "esbuild";
import { mkdir, readFile, readdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { minify } from "terser";

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const target = path.resolve(process.argv[2] ?? path.join(root, "static"));
const bundles = ["codemirror", "pkcs12", "search", "turndown"];

// A page may hold CodeMirror's core only once: later bundles take it from the first.
const core = {
  name: "core",
  setup(build) {
    build.onResolve({ filter: /^@codemirror\/(state|view)$/ }, ({ path: name }) =>
      build.initialOptions.entryPoints[0].endsWith("codemirror.js") ? undefined
        : { path: "./codemirror.js", external: true, sideEffects: false, pluginData: name });
    build.onResolve({ filter: /^@lezer\/highlight$/ }, () => ({ path: path.join(root, "tools/vendor/no_highlighting.js") }));
  },
};

// Terser finds two hundredths more than esbuild to leave out.
const smallest = { module: true, ecma: 2020, compress: { passes: 3 } };

/** Bundles one entry file; answers the names of the packages that went in. */
async function bundle(name) {
  const entry = `tools/vendor/${name}.js`;
  const result = await build({
    absWorkingDir: root,
    entryPoints: [entry],
    outfile: path.join(target, "vendor", `${name}.js`),
    bundle: true,
    format: "esm",
    platform: "browser",
    mainFields: ["browser", "module", "main"],
    target: "es2022",
    charset: "utf8",
    legalComments: "none",
    metafile: true,
    write: false,
    logLevel: "error",
    plugins: [core],
  });
  const notice = `/* Bundled by tools/vendor.mjs; licences: LICENSES.md */\n`;
  const { code } = await minify(result.outputFiles[0].text, smallest);
  const content = Buffer.from(`${notice}${code}\n`);
  await writeFile(path.join(target, "vendor", `${name}.js`), content);
  // The server has no time to look for the shortest gzip; here there is.
  await writeFile(path.join(target, "vendor", `${name}.js.gz`), await zopfli.gzipAsync(content, {}));
  await writeFile(path.join(target, "vendor", `${name}.d.ts`), await readFile(path.join(root, entry)));
  const [output] = Object.values(result.metafile.outputs);
  return Object.entries(output.inputs)
    .filter(([file, part]) => file.includes("node_modules/") && part.bytesInOutput > 0)
    .map(([file]) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1] ?? "");
}

/** Writes the symbols named in tools/vendor/icons.txt as one SVG sprite. */
async function sprite() {
  const names = (await readFile(path.join(root, "tools/vendor/icons.txt"), "utf8")).split("\n").filter(Boolean);
  const symbols = await Promise.all(names.map(async (name) => {
    const svg = await readFile(path.join(root, `node_modules/lucide-static/icons/${name}.svg`), "utf8");
    const shapes = svg.replace(/<!--.*?-->/gs, "").replace(/<svg[^>]*>|<\/svg>/g, "").replace(/\s*\n\s*/g, "");
    return `<symbol id="${name}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" ` +
      `stroke-linecap="round" stroke-linejoin="round">${shapes}</symbol>`;
  }));
  const lines = ["<!-- Lucide icons (ISC, see ../vendor/LICENSES.md), gathered by tools/vendor.mjs -->",
    '<svg xmlns="http://www.w3.org/2000/svg">', ...symbols, "</svg>", ""];
  await writeFile(path.join(target, "icons", "sprite.svg"), lines.join("\n"));
}

/** Writes every bundled package's version and licence text. */
async function licences(packages) {
  const parts = ["# Licences of the packages in this folder and of ../icons", "",
    "Written by tools/vendor.mjs; the versions are those of package-lock.json.", ""];
  for (const name of [...new Set([...packages, "lucide-static"])].sort()) {
    const folder = path.join(root, "node_modules", name);
    const about = JSON.parse(await readFile(path.join(folder, "package.json"), "utf8"));
    const file = (await readdir(folder)).find((entry) => /^licen[cs]e/i.test(entry));
    if (!file) throw new Error(`${name} has no licence file`);
    const text = (await readFile(path.join(folder, file), "utf8")).replace(/\r\n/g, "\n").trim();
    parts.push(`## ${name} ${about.version} (${about.license})`, "", "```", text, "```", "");
  }
  await writeFile(path.join(target, "vendor", "LICENSES.md"), parts.join("\n"));
}

await mkdir(path.join(target, "vendor"), { recursive: true });
await mkdir(path.join(target, "icons"), { recursive: true });
await licences((await Promise.all(bundles.map(bundle))).flat());
await sprite();
