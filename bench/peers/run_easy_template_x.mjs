// easy-template-x: a Word template with tags; links by its own plugin.

import { TemplateHandler } from "easy-template-x";
import { serve } from "./serve.mjs";

const handler = new TemplateHandler();

await serve((events, template) => () =>
  handler.process(template, {
    events: events.map((event) => ({ ...event, link: { _type: "link", text: event.publisher, target: event.url } })),
    fourths: events.filter((_, index) => index % 4 === 0),
  }),
);
