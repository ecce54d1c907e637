/**
 * Colours and type. Every text colour has a contrast of at least 4.5 on what it stands on, light and dark; outcomes are
 * teal, vermilion and amber, and heat runs from blue to orange: pairs that colour-blind readers tell apart.
 */
export const THEME = `
:root {
  color-scheme: light dark;
  --page: #fbfaf7; --surface: #ffffff; --sunk: #f3f1ec;
  --ink: #1c2226; --muted: #596269; --line: #dfdcd4; --strong-line: #c4c0b6; --shade: rgb(28 34 38 / .14);
  --accent: #1f5f8b;
  --pass: #0b6b58; --pass-soft: #e3f1ec;
  --fail: #a8321a; --fail-soft: #fbe9e3;
  --inconclusive: #7a5300; --inconclusive-soft: #faf0d7;
  --inapplicable: #596269; --inapplicable-soft: #eeece6;
  --ramp-0: #9a8912; --ramp-1: #6b8f2c; --ramp-2: #3f9a62; --ramp-3: #1b8a83;
  --ramp-4: #22708f; --ramp-5: #35528c; --ramp-6: #45226b;
  --h-4: #1f5f9e; --h-4-ink: #ffffff; --h-3: #6aa5d3; --h-3-ink: #10202e;
  --h-2: #a6cbe6; --h-2-ink: #10202e; --h-1: #d5e6f2; --h-1-ink: #10202e;
  --h0: #f4f3ef; --h0-ink: #3d454b;
  --h1: #fbe3cd; --h1-ink: #33190a; --h2: #f7c495; --h2-ink: #33190a;
  --h3: #ee9a55; --h3-ink: #33190a; --h4: #b5480c; --h4-ink: #ffffff;
  --sans: ui-sans-serif, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", system-ui, sans-serif;
  --mono: ui-monospace, "SF Mono", "Cascadia Mono", Menlo, Consolas, "Liberation Mono", monospace;
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    --page: #131619; --surface: #1a1e22; --sunk: #20252a;
    --ink: #e6e8ea; --muted: #a2abb3; --line: #2e343a; --strong-line: #465059; --shade: rgb(0 0 0 / .55);
    --accent: #7fb9e0;
    --pass: #5fcbb0; --pass-soft: #12302a;
    --fail: #ff9d83; --fail-soft: #3b1d15;
    --inconclusive: #e8bd5a; --inconclusive-soft: #33290f;
    --inapplicable: #a2abb3; --inapplicable-soft: #272c31;
    --ramp-0: #efe15a; --ramp-1: #b3d657; --ramp-2: #6fca78; --ramp-3: #45b8a6;
    --ramp-4: #4d9dc4; --ramp-5: #7b8fd6; --ramp-6: #b58be0;
    --h-4: #8cc4ef; --h-4-ink: #08131c; --h-3: #4687bb; --h-3-ink: #04090d;
    --h-2: #2b587d; --h-2-ink: #f0f6fb; --h-1: #213a4e; --h-1-ink: #e3eef7;
    --h0: #23282d; --h0-ink: #bcc4ca;
    --h1: #47301f; --h1-ink: #fbeadb; --h2: #74451f; --h2-ink: #fff3e8;
    --h3: #bd7033; --h3-ink: #120700; --h4: #f7ad6b; --h4-ink: #1d0d00;
  }
}
`;
