#include "io/canvas.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const unsigned char colours[BKI_COLOURS][3] = {
    [BKI_PAPER] = {255, 255, 255}, [BKI_INK] = {27, 33, 41},       [BKI_MUTED] = {90, 100, 112},
    [BKI_LINE] = {213, 218, 224},  [BKI_LAND] = {236, 239, 242},   [BKI_GAIN] = {0, 114, 178},
    [BKI_LOSS] = {213, 94, 0},     [BKI_GREEN] = {0, 142, 104},    [BKI_PURPLE] = {190, 98, 150},
    [BKI_OCHRE] = {150, 118, 0},   [BKI_VIOLET] = {118, 100, 205}, [BKI_GREY] = {127, 135, 144},
    [BKI_ORANGE] = {199, 119, 0},  [BKI_CRIMSON] = {190, 50, 115},
};

void
bki_colour_bytes(bki_colour colour, unsigned char rgb[3])
{
    memcpy(rgb, colours[colour], 3);
}

void
bki_use_faint(cairo_t *cairo, bki_colour colour, double opacity)
{
    const unsigned char *rgb = colours[colour];

    cairo_set_source_rgba(cairo, rgb[0] / 255.0, rgb[1] / 255.0, rgb[2] / 255.0, opacity);
}

void
bki_use(cairo_t *cairo, bki_colour colour)
{
    const unsigned char *rgb = colours[colour];

    cairo_set_source_rgb(cairo, rgb[0] / 255.0, rgb[1] / 255.0, rgb[2] / 255.0);
}

static void
choose_font(cairo_t *cairo, double size)
{
    cairo_select_font_face(cairo, "sans-serif", CAIRO_FONT_SLANT_NORMAL, CAIRO_FONT_WEIGHT_NORMAL);
    cairo_set_font_size(cairo, size);
}

double
bki_text_width(cairo_t *cairo, double size, const char *text)
{
    cairo_text_extents_t extents;

    choose_font(cairo, size);
    cairo_text_extents(cairo, text, &extents);
    return extents.x_advance;
}

/* The longest beginning of the text, an ellipsis after it, that is at most so wide. */
static void
cut(cairo_t *cairo, double size, double most, const char *text, char *out, size_t room)
{
    size_t n = strlen(text);

    if (n > room - 4)
        n = room - 4;
    do {
        while (n > 0 && ((unsigned char)text[n] & 0xC0) == 0x80)
            n--; /* not inside a character */
        memcpy(out, text, n);
        memcpy(out + n, "\xE2\x80\xA6", 4);
    } while (bki_text_width(cairo, size, out) > most && n-- > 0);
}

double
bki_write(cairo_t *cairo, double x, double y, bki_align align, double size, double most, const char *text)
{
    char   shorter[256];
    double width = bki_text_width(cairo, size, text);

    if (most > 0.0 && width > most) {
        cut(cairo, size, most, text, shorter, sizeof shorter);
        text = shorter;
        width = bki_text_width(cairo, size, text);
    }
    cairo_move_to(cairo, align == BKI_LEFT ? x : align == BKI_RIGHT ? x - width : x - 0.5 * width, y);
    cairo_show_text(cairo, text);
    cairo_new_path(cairo);
    return width;
}

const char *
bki_short_number(char text[BKI_SHORT_SIZE], double value, bool sign)
{
    static const struct {
        double      from;
        const char *name;
    } units[] = {{1e12, " tn"}, {1e9, " bn"}, {1e6, " m"}, {1e3, " k"}};
    const char *unit = "";

    for (size_t u = 0; u < sizeof units / sizeof *units; u++)
        if (fabs(value) >= units[u].from * 0.9995) {
            value /= units[u].from;
            unit = units[u].name;
            break;
        }
    if (fabs(value) < 1e-12)
        value = 0.0; /* what is left of a sum of steps */
    snprintf(text, BKI_SHORT_SIZE, sign && value != 0.0 ? "%+.3g%s" : "%.3g%s", value, unit);
    return text;
}

bki_scale
bki_scale_make(double low, double high, double first, double last)
{
    static const double round_steps[] = {1.0, 2.0, 2.5, 5.0, 10.0};

    if (!(high > low))
        high = low + (low != 0.0 ? fabs(low) : 1.0);
    const double rough = (high - low) / 5.0, power = pow(10.0, floor(log10(rough)));
    double       step = 10.0 * power;
    for (size_t s = 0; s < sizeof round_steps / sizeof *round_steps; s++)
        if (round_steps[s] * power >= rough * (1.0 - 1e-9)) {
            step = round_steps[s] * power;
            break;
        }
    return (bki_scale){.low = floor(low / step + 1e-9) * step,
                       .high = ceil(high / step - 1e-9) * step,
                       .step = step,
                       .first = first,
                       .last = last};
}

double
bki_scale_at(const bki_scale *scale, double value)
{
    return scale->first + (scale->last - scale->first) * (value - scale->low) / (scale->high - scale->low);
}

size_t
bki_scale_ticks(const bki_scale *scale)
{
    return (size_t)lround((scale->high - scale->low) / scale->step) + 1;
}

double
bki_scale_tick(const bki_scale *scale, size_t tick)
{
    return scale->step * (round(scale->low / scale->step) + (double)tick); /* zero is met exactly */
}

void
bki_draw_axis_below(cairo_t *cairo, const bki_scale *scale, double top, double bottom, const char *title, bool sign)
{
    char text[BKI_SHORT_SIZE];

    for (size_t t = 0; t < bki_scale_ticks(scale); t++) {
        const double value = bki_scale_tick(scale, t), x = bki_scale_at(scale, value);
        bki_use(cairo, value == 0.0 ? BKI_MUTED : BKI_LINE);
        cairo_set_line_width(cairo, 1.0);
        cairo_move_to(cairo, x, top);
        cairo_line_to(cairo, x, bottom);
        cairo_stroke(cairo);
        bki_use(cairo, BKI_MUTED);
        bki_write(cairo, x, bottom + 14.0, BKI_CENTRE, BKI_TEXT, 0.0, bki_short_number(text, value, sign));
    }
    bki_write(cairo, 0.5 * (scale->first + scale->last), bottom + 30.0, BKI_CENTRE, BKI_TEXT, 0.0, title);
}

double
bki_draw_key(cairo_t *cairo, double x, double y, bki_colour colour, const char *text)
{
    bki_use(cairo, colour);
    cairo_rectangle(cairo, x, y - 9.0, 10.0, 10.0);
    cairo_fill(cairo);
    bki_use(cairo, BKI_INK);
    return x + 14.0 + bki_write(cairo, x + 14.0, y, BKI_LEFT, BKI_TEXT, 0.0, text) + 16.0;
}
