-- held free locally
SELECT 1;
