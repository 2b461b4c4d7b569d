import { PRINT } from "./stylePrint.ts";
import { SCREEN } from "./styleScreen.ts";

/**
 * The report's style sheet. No URL in it, and no `style` attribute beside it: the page's policy would refuse both.
 * Colours have at least 4.5:1 against their ground (WCAG 2.2 AA, 1.4.3); `test/report/charts.test.ts` computes them.
 */
export const STYLE = `${SCREEN}${PRINT}`;
