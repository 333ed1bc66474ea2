// docxtemplater, the free edition: it has no tag for links, so that the paragraph which holds one is raw XML written by hand,
// and the link a field.

import Docxtemplater from "docxtemplater";
import PizZip from "pizzip";
import { serve } from "./serve.mjs";

const ESCAPES = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
const escaped = (text) => text.replace(/[&<>"]/g, (character) => ESCAPES[character]);

const paragraph = (event) =>
  `<w:p><w:r><w:rPr><w:b/></w:rPr><w:t xml:space="preserve">${escaped(event.title)}</w:t></w:r>` +
  `<w:r><w:t xml:space="preserve">: ${escaped(event.summary)} </w:t></w:r>` +
  `<w:fldSimple w:instr="HYPERLINK &quot;${escaped(event.url)}&quot;">` +
  `<w:r><w:t xml:space="preserve">${escaped(event.publisher)}</w:t></w:r></w:fldSimple></w:p>`;

await serve((events, template) => () => {
  const document = new Docxtemplater(new PizZip(template), { paragraphLoop: true, linebreaks: true });
  document.render({
    events: events.map((event) => ({ ...event, paragraph: paragraph(event) })),
    fourths: events.filter((_, index) => index % 4 === 0),
  });
  return document.getZip().generate({ type: "nodebuffer", compression: "DEFLATE" });
});
