#!/bin/sh
# Builds app/public/icons.svg, the sprite of every icon the pages use, from lucide (ISC licence).
# Add a name below, run it, commit the sprite: builds themselves never need the network for icons.
set -eu
cd "$(dirname "$0")/.."

version=1.62.0
names="
arrow-down arrow-left arrow-right arrow-up bell book-open bot building-2 calendar-days calendar-plus calendar-x camera check chevron-down
chevron-left chevron-right chevrons-up-down circle-alert circle-check circle-question-mark clock cloud-off compass contact copy
credit-card database download ellipsis external-link eye eye-off file-text folder globe grip-vertical history house image info key-round languages laptop layout-dashboard
life-buoy lock log-out mail mail-check mail-open mail-x map-pin megaphone menu minus monitor moon palette pencil phone plug plus printer
rotate-cw scroll-text search search-x shield-check sliders-horizontal smartphone sun trash-2 triangle-alert undo-2 unlink upload
user users x zoom-in zoom-out
"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
echo "Fetching lucide-static $version"
npm install --silent --no-audit --no-fund --ignore-scripts --prefix "$work" "lucide-static@$version"
icons=$work/node_modules/lucide-static/icons

{
  printf '<!-- Icons by Lucide %s, ISC licence: https://lucide.dev/license. Built by scripts/icons.sh. -->\n' "$version"
  printf '<svg xmlns="http://www.w3.org/2000/svg">\n'
  # The mark of the product: two sliders.
  printf '<symbol id="brand" viewBox="0 0 24 24"><path d="M4 8h7M17 8h3M4 16h3M13 16h7"/><circle cx="14" cy="8" r="2.6"/><circle cx="10" cy="16" r="2.6"/></symbol>\n'
  for name in $names; do
    printf '<symbol id="%s" viewBox="0 0 24 24">' "$name"
    # What stands between the opening tag's end and </svg>, on one line.
    sed -e '1,/^>$/d' -e '/^<\/svg>$/d' -e 's/^ *//' -e 's| />|/>|' "$icons/$name.svg" | tr -d '\n'
    printf '</symbol>\n'
  done
  printf '</svg>\n'
} > app/public/icons.svg
echo "app/public/icons.svg: $(grep -c '<symbol' app/public/icons.svg) icons, $(wc -c < app/public/icons.svg) bytes"
