#pragma once
#include <stddef.h>

// Files that the binary carries; scripts/setup lays them into `files` before a build.
typedef struct {
    const unsigned char *bytes;
    size_t count;
} LoupeAsset;

LoupeAsset loupe_asset_swagger_script(void);
LoupeAsset loupe_asset_swagger_style(void);
