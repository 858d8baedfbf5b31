/* What every figure draws with: colours that hold on light and dark paper, text that fits, axes with round numbers.
 *
 * Data colours have a contrast of at least 3 to 1 on both papers and differ for eyes that miss red or green (after
 * Okabe and Ito, 2008).  The colours of paper, ink and ground are exact values that a page may exchange
 * (html_figure.c). */
#ifndef IO_CANVAS_H
#define IO_CANVAS_H

#include <cairo.h>
#include <stdbool.h>
#include <stddef.h>

typedef enum bki_colour {
    BKI_PAPER,
    BKI_INK,
    BKI_MUTED, /* lesser text */
    BKI_LINE,  /* grids */
    BKI_LAND,
    BKI_THEMED_COLOURS, /* those before change with the page's theme */
    BKI_GAIN = BKI_THEMED_COLOURS,
    BKI_LOSS,
    BKI_GREEN,
    BKI_PURPLE,
    BKI_OCHRE,
    BKI_VIOLET,
    BKI_GREY,
    BKI_ORANGE,
    BKI_CRIMSON,
    BKI_COLOURS
} bki_colour;

/* Red, green and blue, each 0 to 255. */
void bki_colour_bytes(bki_colour colour, unsigned char rgb[3]);
void bki_use(cairo_t *cairo, bki_colour colour);
void bki_use_faint(cairo_t *cairo, bki_colour colour, double opacity);

typedef enum bki_align { BKI_LEFT, BKI_CENTRE, BKI_RIGHT } bki_align;

#define BKI_TEXT 11.0 /* ordinary size, points */

/* Text with its baseline at y; cut with an ellipsis to `most` wide, 0: not cut.  Returns its width. */
double bki_write(cairo_t *cairo, double x, double y, bki_align align, double size, double most, const char *text);
double bki_text_width(cairo_t *cairo, double size, const char *text);

/* "+0.40", "1.2 k", "3 bn": for axes and labels; every digit is in the table beside. */
#define BKI_SHORT_SIZE 32
const char *bki_short_number(char text[BKI_SHORT_SIZE], double value, bool sign);

/* A straight scale from values to points with round ticks; low and high are widened to the next ones. */
typedef struct bki_scale {
    double low, high, step; /* values; ticks at low, low + step, ..., high */
    double first, last;     /* points */
} bki_scale;

bki_scale bki_scale_make(double low, double high, double first, double last);
double    bki_scale_at(const bki_scale *scale, double value);
size_t    bki_scale_ticks(const bki_scale *scale);
double    bki_scale_tick(const bki_scale *scale, size_t tick);

/* Vertical grid lines with their numbers below `bottom`, and the title of the axis below these. */
void bki_draw_axis_below(cairo_t *cairo, const bki_scale *scale, double top, double bottom, const char *title,
                         bool sign);

/* A key: a square of the colour and a text; returns the x after it. */
double bki_draw_key(cairo_t *cairo, double x, double y, bki_colour colour, const char *text);

#endif
