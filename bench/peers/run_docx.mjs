// docx: the document is put together from the builder's objects.

import { Document, ExternalHyperlink, Packer, Paragraph, Table, TableCell, TableRow, TextRun } from "docx";
import { serve } from "./serve.mjs";

const row = (texts) =>
  new TableRow({ children: texts.map((text) => new TableCell({ children: [new Paragraph(text)] })) });

await serve((events) => () => {
  const paragraphs = events.map(
    (event) =>
      new Paragraph({
        children: [
          new TextRun({ text: event.title, bold: true }),
          new TextRun(`: ${event.summary} `),
          new ExternalHyperlink({ link: event.url, children: [new TextRun({ text: event.publisher, style: "Hyperlink" })] }),
        ],
      }),
  );
  const table = new Table({
    rows: [row(["Date", "Event", "Place"]), ...events.map((event) => row([event.date, event.title, event.place]))],
  });
  const bullets = events
    .filter((_, index) => index % 4 === 0)
    .map((event) => new Paragraph({ text: event.title, bullet: { level: 0 } }));
  return Packer.toBuffer(new Document({ sections: [{ children: [...paragraphs, table, ...bullets] }] }));
});
