// docx-templates: a Word template with JavaScript in it, run without its sandbox, which is its faster way.

import { createReport } from "docx-templates";
import { serve } from "./serve.mjs";

await serve((events, template) => async () =>
  Buffer.from(
    await createReport({
      template,
      data: { events, fourths: events.filter((_, index) => index % 4 === 0) },
      noSandbox: true,
      indentXml: false,
      maximumWalkingDepth: 100_000_000, // else it stops at large documents
    }),
  ),
);
