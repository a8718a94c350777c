// The API page: every operation of `/openapi.json` with its parameters, bodies, answers and a command to try it.

import { $, copy, el, icon } from "./lib/dom.js";
import { define, onLanguage, t } from "./lib/i18n.js";
import { mountShell } from "./lib/shell.js";

define({
  "docs.title": ["接口文档", "API"],
  "docs.lead": [
    "由代码生成的 OpenAPI 3.1 描述，列出全部功能的接口。",
    "The OpenAPI 3.1 description of all functions, produced from their code.",
  ],
  "docs.open": ["无需凭证", "No credential"],
  "docs.parameters": ["查询参数", "Query parameters"],
  "docs.body": ["请求体", "Request body"],
  "docs.answers": ["应答", "Answers"],
  "docs.types": ["数据结构", "Types"],
  "docs.try": ["试一试", "Try it"],
  "docs.copy": ["复制命令", "Copy the command"],
  "docs.name": ["名称", "Name"],
  "docs.type": ["类型", "Type"],
  "docs.meaning": ["说明", "Meaning"],
  "docs.status": ["状态", "Status"],
  "docs.failed": ["接口描述没有加载成功，请刷新重试。", "The description did not load; reload the page."],
});

/** Text with `code` in it. */
const prose = (text = "") => text.split("`").map((part, i) => (i % 2 ? el("code", {}, part) : part));

const nameOf = (reference) => reference.split("/").at(-1);

/** A schema in a few words. */
function typeOf(schema = {}) {
  if (schema.$ref) return nameOf(schema.$ref);
  const choices = schema.oneOf ?? schema.anyOf;
  if (choices) return choices.map(typeOf).filter((type) => type !== "null").join(" | ");
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(" | ");
  const type = [schema.type].flat().filter((name) => name !== "null").join(" | ");
  if (type === "array") return `${typeOf(schema.items)}[]`;
  if (type === "object" && schema.additionalProperties) return `{name: ${typeOf(schema.additionalProperties)}}`;
  return schema.contentEncoding ?? schema.format ?? type;
}

function table(heads, rows) {
  if (rows.length === 0) return null;
  const head = el("tr", {}, heads.map((key) => el("th", { scope: "col" }, t(key))));
  const body = rows.map((cells) => el("tr", {}, cells.map((cell) => el("td", {}, cell))));
  return el("div", { class: "scroll", tabindex: "0" }, el("table", {}, el("thead", {}, head), el("tbody", {}, body)));
}

const code = (text) => el("code", {}, text);
const part = (key, content) => content && [el("h3", {}, t(key)), content];

const parameters = (operation) =>
  table(
    ["docs.name", "docs.type", "docs.meaning"],
    (operation.parameters ?? []).map((it) => [code(it.name), code(typeOf(it.schema)), prose(it.description)]),
  );

function bodies({ requestBody }) {
  if (!requestBody) return null;
  const rows = Object.entries(requestBody.content).map(([media, { schema }]) => [code(media), code(typeOf(schema))]);
  return el("div", {}, el("p", {}, prose(requestBody.description)), table(["docs.name", "docs.type"], rows));
}

function answers({ responses }) {
  const rows = Object.entries(responses).map(([status, { description, content = {} }]) => {
    const type = Object.values(content).map(({ schema }) => typeOf(schema)).join(", ");
    return [code(status), type && code(type), prose(description)];
  });
  return table(["docs.status", "docs.type", "docs.meaning"], rows);
}

function command(method, path, operation) {
  const image = "image/jpeg" in (operation.requestBody?.content ?? {});
  const words = ["curl", method === "get" ? null : `-X ${method.toUpperCase()}`];
  if (!isOpen(operation)) words.push('-H "authorization: Bearer $KEY"');
  if (image) words.push("-H 'content-type: image/jpeg' --data-binary @photo.jpg");
  return [...words, location.origin + path].filter(Boolean).join(" ");
}

const isOpen = (operation) => operation.security?.some((scheme) => Object.keys(scheme).length === 0) ?? false;

function drawOperation(path, method, operation) {
  const line = command(method, path, operation);
  const copyButton = el("button", { class: "quiet square", "aria-label": t("docs.copy"), onclick: () => copy(line) }, icon("copy"));
  return el(
    "section",
    { class: "panel operation", id: operation.operationId },
    el("h2", {}, el("span", { class: "chip method" }, method), code(path), isOpen(operation) && el("span", { class: "fine" }, t("docs.open"))),
    el("p", {}, prose(operation.summary)),
    operation.description && el("p", { class: "fine" }, prose(operation.description)),
    ...[
      part("docs.parameters", parameters(operation)),
      part("docs.body", bodies(operation)),
      part("docs.answers", answers(operation)),
      part("docs.try", el("div", { class: "row" }, el("pre", { tabindex: "0" }, line), copyButton)),
    ].flat(),
  );
}

function drawType([name, schema]) {
  const rows = Object.entries(schema.properties ?? {}).map(([key, it]) => [code(key), code(typeOf(it)), prose(it.description)]);
  return el(
    "section",
    { class: "panel operation", id: name },
    el("h2", {}, code(name)),
    el("p", {}, prose(schema.description)),
    table(["docs.name", "docs.type", "docs.meaning"], rows) ?? el("p", {}, code(typeOf(schema))),
  );
}

function draw(api) {
  const operations = Object.entries(api.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => drawOperation(path, method, operation)),
  );
  const types = Object.entries(api.components.schemas).map(drawType);
  $("#operations").replaceChildren(...operations, el("h2", {}, t("docs.types")), ...types);
}

mountShell("docs.title");
try {
  const answer = await fetch("/openapi.json");
  if (!answer.ok) throw new Error(`status ${answer.status}`);
  const api = await answer.json();
  onLanguage(() => draw(api));
} catch (error) {
  console.error(error);
  onLanguage(() => $("#operations").replaceChildren(el("p", { class: "problem" }, t("docs.failed"))));
}
