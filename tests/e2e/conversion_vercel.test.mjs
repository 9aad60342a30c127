// Vercel's ai through abv-host, to upstreams of every family.

import { conversion } from './support/conversion.mjs';
import { SURFACES } from './support/surfaces.mjs';

conversion(SURFACES.vercel);
