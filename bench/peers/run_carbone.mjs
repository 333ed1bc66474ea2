// Carbone, the community edition: a Word template with tags, which it reads from its file.

import { promisify } from "node:util";
import carbone from "carbone";
import { serve } from "./serve.mjs";

const render = promisify(carbone.render);

await serve((events, _, path) => () =>
  render(path, { events, fourths: events.filter((_, index) => index % 4 === 0) }),
);
