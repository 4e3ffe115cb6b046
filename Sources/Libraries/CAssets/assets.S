// An array literal of these sizes would stall the compiler.
    .macro asset name, file
    .global \name
    .global \name\()_end
\name:
    .incbin "\file"
\name\()_end:
    .endm

    .section .rodata
    asset loupe_swagger_script, "swagger-ui-bundle.js"
    asset loupe_swagger_style, "swagger-ui.css"

    .section .note.GNU-stack, "", %progbits
