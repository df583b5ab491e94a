// Builds ../static from these sources: `npm ci && npm run build` (or `make console` in the root).
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, rmSync, writeFileSync, mkdirSync, existsSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import * as esbuild from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const out = join(here, "..", "static");
const watching = process.argv.includes("--watch");

/** The files that the bundle is made of, as tests/console/test_bundle.py lists them. */
function sources() {
  const own = ["build.mjs", "index.html", "package-lock.json", "package.json", "tsconfig.json"];
  const under = readdirSync(join(here, "src"), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(here.length + 1));
  return [...own, ...under].sort((a, b) => (a < b ? -1 : 1));
}

/** One hash over the names and the content of all sources. */
function sourceHash() {
  const hash = createHash("sha256");
  for (const name of sources()) {
    const content = createHash("sha256")
      .update(readFileSync(join(here, name)))
      .digest("hex");
    hash.update(`${name} ${content}\n`);
  }
  return hash.digest("hex");
}

/** slack-blocks-to-jsx puts the same DOM id on every message; ours carry none. */
const withoutIds = {
  name: "without-ids",
  setup(build) {
    build.onLoad({ filter: /slack-blocks-to-jsx[\\/]dist[\\/]index\.mjs$/ }, ({ path }) => {
      const given = readFileSync(path, "utf8");
      const contents = given.replaceAll('id:"slack_blocks_to_jsx",', "");
      if (contents === given) throw new Error("slack-blocks-to-jsx has changed: look at its wrapper's id");
      return { contents, loader: "js" };
    });
  },
};

/** The licences of all packages of which something stands in the bundle. */
function licences(inputs) {
  const packages = new Set(["@fontsource-variable/inter"]);
  for (const input of Object.keys(inputs)) {
    const found = /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(input);
    if (found) packages.add(found[1]);
  }
  // These stand inside slack-blocks-to-jsx's own bundle, and are named by its package.json.
  const mit = readFileSync(join(here, "node_modules", "react", "LICENSE"), "utf8")
    .replace(/^[\s\S]*?(?=Permission)/, "")
    .trim();
  const inside = {
    "@yozora/*": `MIT License\n\nCopyright (c) guanghechen (https://github.com/guanghechen)\n\n${mit}`,
  };
  const parts = [...packages].sort().map((name) => {
    const folder = join(here, "node_modules", name);
    const meta = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
    const text = file ? readFileSync(join(folder, file), "utf8").trim() : "(no licence text in the package)";
    return `${name} ${meta.version} (${meta.license})\n\n${text}\n`;
  });
  const others = Object.entries(inside).map(
    ([name, said]) => `${name} (within slack-blocks-to-jsx)\n\n${said}\n`,
  );
  const rule = `\n${"-".repeat(80)}\n\n`;
  return `The console's page contains these packages.\n${rule}${[...parts, ...others].join(rule)}`;
}

const gzipped = (name) => gzipSync(readFileSync(join(out, name)), { level: 9 }).length;

/** What stands beside the bundle: the page, the licences, and build.json. */
const beside = {
  name: "beside",
  setup(build) {
    build.onEnd((result) => {
      if (result.errors.length) return;
      const hash = sourceHash();
      const chunks = Object.keys(result.metafile.outputs)
        .map((name) => basename(name))
        .filter((name) => /^part-.*\.js$/.test(name))
        .sort();
      const ahead = chunks.map((name) => `<link rel="modulepreload" href="/static/${name}">`).join("\n    ");
      const given = readFileSync(join(here, "index.html"), "utf8");
      const page = given.replaceAll("{{hash}}", hash.slice(0, 12)).replace("{{parts}}", ahead);
      writeFileSync(join(out, "index.html"), page);
      writeFileSync(join(out, "LICENSES.txt"), licences(result.metafile.inputs));
      const files = ["early.js", "app.js", ...chunks, "app.css", "inter.woff2"];
      const sizes = Object.fromEntries(files.map((name) => [name, gzipped(name)]));
      writeFileSync(join(out, "build.json"), `${JSON.stringify({ sources: hash, gzip: sizes }, null, 2)}\n`);
      console.log("console:", JSON.stringify(sizes));
    });
  },
};

if (existsSync(out)) rmSync(out, { recursive: true });
mkdirSync(out, { recursive: true });
writeFileSync(
  join(out, "inter.woff2"),
  readFileSync(join(here, "node_modules/@fontsource-variable/inter/files/inter-latin-wght-normal.woff2")),
);
for (const name of ["icon.svg"]) writeFileSync(join(out, name), readFileSync(join(here, "src", name)));

const early = {
  absWorkingDir: here,
  entryPoints: ["src/early.ts"],
  outdir: out,
  bundle: true,
  minify: true,
  target: "es2022",
};
await esbuild.build(early);

const context = await esbuild.context({
  absWorkingDir: here,
  entryPoints: { app: "src/main.tsx" },
  outdir: out,
  bundle: true,
  minify: true,
  metafile: true,
  format: "esm",
  splitting: true,
  chunkNames: "part-[hash]",
  target: "es2022",
  jsx: "automatic",
  charset: "utf8",
  legalComments: "none",
  define: { "process.env.NODE_ENV": '"production"' },
  external: ["/static/*"],
  alias: {
    // Emoji names come from our own short table; the markdown block, which the bot does not post, is not drawn.
    "node-emoji": "./src/blocks/emojify.ts",
    "react-markdown": "./src/blocks/no-markdown.ts",
    "remark-gfm": "./src/blocks/no-markdown.ts",
  },
  plugins: [withoutIds, beside],
});
if (watching) {
  await context.watch();
} else {
  await context.rebuild();
  await context.dispose();
}
