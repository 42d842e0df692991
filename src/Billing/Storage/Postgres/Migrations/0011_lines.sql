-- The calls of a request that asked several experts. A request of one line has none here: its record says all.

CREATE TABLE usage_line (
    day           bigint  NOT NULL,
    request_id    text    NOT NULL,
    n             bigint  NOT NULL CHECK (n >= 0),
    role          text    NOT NULL,
    expert        text    NOT NULL,
    model         text,
    price_version bigint ,
    input         bigint  NOT NULL CHECK (input >= 0),
    cached        bigint  NOT NULL CHECK (cached BETWEEN 0 AND input),
    output        bigint  NOT NULL CHECK (output >= 0),
    reasoning     bigint  NOT NULL CHECK (reasoning BETWEEN 0 AND output),
    images        bigint  NOT NULL CHECK (images >= 0),
    audio_ms      bigint  NOT NULL CHECK (audio_ms >= 0),
    characters    bigint  NOT NULL CHECK (characters >= 0),
    charge        bigint  NOT NULL CHECK (charge >= 0),
    PRIMARY KEY (day, request_id, n),
    CHECK (charge = 0 OR price_version IS NOT NULL)
);
