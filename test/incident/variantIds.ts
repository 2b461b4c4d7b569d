import { VARIANTS, type VariantId } from "../../lib/incident/variants.ts";

export const VARIANT_IDS = Object.keys(VARIANTS) as readonly VariantId[];
