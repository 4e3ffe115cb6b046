#include "CAssets.h"

extern const unsigned char loupe_swagger_script[], loupe_swagger_script_end[];
extern const unsigned char loupe_swagger_style[], loupe_swagger_style_end[];

LoupeAsset loupe_asset_swagger_script(void) {
    return (LoupeAsset){loupe_swagger_script, (size_t)(loupe_swagger_script_end - loupe_swagger_script)};
}

LoupeAsset loupe_asset_swagger_style(void) {
    return (LoupeAsset){loupe_swagger_style, (size_t)(loupe_swagger_style_end - loupe_swagger_style)};
}
