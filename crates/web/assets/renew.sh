#!/bin/sh
# Renews the vendored design system: sh renew.sh VERSION. Needs npm, tar and perl. Says what it changed in VENDOR.md.
set -eu
version=${1:?the version of nhsuk-frontend, such as 10.6.1}
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

(cd "$work" && npm pack --silent "nhsuk-frontend@$version" >/dev/null && tar xzf ./*.tgz)
css="$work/package/dist/nhsuk/nhsuk-frontend.min.css"

# Fonts are licensed to NHS services only and live on another host; icons are served beside the style sheet.
perl -0pe '
    s/\@font-face\s*\{[^}]*\}//g;
    s/font-family:Frutiger W01,\s*/font-family:/g;
    s{url\(/assets/images/}{url(}g;
    s{/\*# sourceMappingURL=.*?\*/\s*}{}g;
' "$css" >"$here/nhsuk-frontend.min.css"

grep -o 'url([a-z0-9-]*\.svg)' "$here/nhsuk-frontend.min.css" | sort -u | sed 's/url(\(.*\))/\1/' | while read -r icon; do
    cp "$work/package/dist/nhsuk/assets/images/$icon" "$here/$icon"
done
chmod 644 "$here"/*.svg "$here"/*.css

if grep -Eq 'https?:|@font-face|@import|Frutiger' "$here/nhsuk-frontend.min.css"; then
    echo "the style sheet still names another host or font: look at what changed in $version" >&2
    exit 1
fi
echo "nhsuk-frontend $version: write the version in VENDOR.md"
